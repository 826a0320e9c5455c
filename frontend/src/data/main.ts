import th from 'messages:th/common,data'
import { startPage } from '../page'
import DataPage from './DataPage.svelte'

void startPage(DataPage, { th, en: () => import('messages:en/common,data') })
