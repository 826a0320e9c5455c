import th from 'messages:th/common,life,need,solution'
import { startPage } from '../page'
import NeedPage from './NeedPage.svelte'

void startPage(NeedPage, { th, en: () => import('messages:en/common,life,need,solution') })
