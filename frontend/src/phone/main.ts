import th from 'messages:th/common,map,phone'
import { startPage } from '../page'
import './choices.css'
import Phone from './Phone.svelte'

void startPage(Phone, { th, en: () => import('messages:en/common,map,phone') })
